using System.Buffers.Text;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Binance.Frames;

namespace OrleansMarket.Feeds.Replay;

/// <summary>
/// Reads a capture of raw stream frames: <c>&lt;local receive time&gt; &lt;JSON&gt;</c> a line, or one JSON frame a line. The receive time may be
/// in ns, µs or ms; where there is none, the exchange's send time takes its place.
/// </summary>
internal sealed class FrameReader(TapeFile file, SymbolTable symbols) : TapeReader(file)
{
    private readonly BinanceFrameParser _parser = new(symbols);
    private readonly Symbol? _only = file.OnlySymbol;

    /// <summary>Splits a line into the receive time, µs, and the frame; without a time, or with an impossible one, the time is 0 and the frame the whole line.</summary>
    internal static ReadOnlySpan<byte> Split(ReadOnlySpan<byte> line, out long receivedMicros)
    {
        receivedMicros = 0;
        if (!Utf8Parser.TryParse(line, out long time, out var digits) || digits == line.Length || line[digits] is not ((byte)' ' or (byte)'\t'))
        {
            return line;
        }

        receivedMicros = time switch
        {
            >= 1_000_000_000_000_000_000 => time / 1_000,
            _ => Micros.FromEpoch(Math.Clamp(time, 0, Micros.Latest)),
        };
        return line[(digits + 1)..].TrimStart(" \t"u8);
    }

    private protected override void ReadRun(TapeBlock block)
    {
        while (!block.IsFull && HasLine)
        {
            var line = Lines.TakeLine();
            if (line.IsEmpty)
            {
                continue;
            }

            var json = Split(line, out var received);
            switch (_parser.Parse(json, received, out var frame))
            {
                case FrameVerdict.Trade when _only is null || frame.Spec!.Symbol == _only:
                    block.Next = received != 0 ? frame.Received : frame.Received with { ReceivedTimeMicros = frame.Received.EventTimeMicros };
                    block.Commit(frame.Spec!, 1);
                    break;
                case FrameVerdict.Rejected:
                    var letter = frame.ToDeadLetter(json, received, $"{File.Path}:{Lines.Line}");
                    ThrowIfCutShort(letter.Error);
                    block.Reject(letter);
                    break;
                default:
                    block.OtherRows++;
                    break;
            }
        }
    }

    private unsafe bool HasLine => Lines.Position < Lines.End;
}
