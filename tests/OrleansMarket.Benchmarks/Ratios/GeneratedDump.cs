using System.Buffers.Text;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Simulation;

namespace OrleansMarket.Benchmarks.Ratios;

/// <summary>A trades dump as the exchange publishes them, filled from the simulated tape; kept between runs, since it is always the same.</summary>
internal static class GeneratedDump
{
    private const double TradesPerSecond = 20;

    /// <summary>The first trades of the simulated BTCUSDT tape, by id.</summary>
    public static IEnumerable<Print> Trades() =>
        new MarketModel(SimulatedSymbol.Of(new Symbol("BTCUSDT")), seed: 1, TradesPerSecond).From(MarketModel.StartMicros);

    /// <summary>The scales of <see cref="Trades"/>.</summary>
    public static SymbolSpec Spec { get; } = SimulatedSymbol.Of(new Symbol("BTCUSDT")).Spec;

    /// <summary>Writes the dump, unless it is there already.</summary>
    public static string Write(string folder, int trades)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"BTCUSDT-trades-generated-{trades}.csv");
        if (File.Exists(path))
        {
            return path;
        }

        var unfinished = path + ".tmp";
        using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
        {
            Span<byte> row = stackalloc byte[256];
            foreach (var print in Trades().Take(trades))
            {
                var length = 0;
                Utf8Formatter.TryFormat(print.FirstId, row, out length);
                row[length++] = (byte)',';
                Append(row, ref length, Spec.Price(print.Price));
                Append(row, ref length, Spec.Quantity(print.Quantity));
                Append(row, ref length, Spec.Quote(print.QuoteAmount));
                Utf8Formatter.TryFormat(print.TradeTimeMicros / Micros.PerMillisecond, row[length..], out var written);
                length += written;
                row[length++] = (byte)',';
                ReadOnlySpan<byte> end = print.Taker == TakerSide.Sell ? "True,True\n"u8 : "False,True\n"u8;
                end.CopyTo(row[length..]);
                file.Write(row[..(length + end.Length)]);
            }
        }

        File.Move(unfinished, path);
        return path;
    }

    private static void Append(Span<byte> row, ref int length, decimal value)
    {
        Utf8Formatter.TryFormat(value, row[length..], out var written, new System.Buffers.StandardFormat('F', 8));
        length += written;
        row[length++] = (byte)',';
    }
}
