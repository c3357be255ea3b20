using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Simulation;

/// <summary>Reads a tape on from an instant, as it happens.</summary>
internal sealed class TapeCursor(MarketModel model)
{
    private Print[] _block = [];
    private long _open;
    private int _next;

    public SymbolSpec Spec => model.Spec;

    /// <summary>Goes to the first trade at or after an instant.</summary>
    public void SeekTo(long micros)
    {
        Enter(Micros.Floor(micros, model.BlockMicros));
        _next = Array.FindIndex(_block, print => print.TradeTimeMicros >= micros);
        _next = _next < 0 ? _block.Length : _next;
    }

    /// <summary>Reads trades that have happened up to an instant, inclusive, as many as fit.</summary>
    /// <returns>How many were read; fewer than fit when there are no more.</returns>
    public int Read(long toMicros, Span<Print> prints)
    {
        var read = 0;
        while (read < prints.Length)
        {
            if (_next < _block.Length)
            {
                if (_block[_next].TradeTimeMicros > toMicros)
                {
                    break;
                }

                prints[read++] = _block[_next++];
            }
            else if (_open + model.BlockMicros <= toMicros)
            {
                Enter(_open + model.BlockMicros);
            }
            else
            {
                break;
            }
        }

        return read;
    }

    private void Enter(long open)
    {
        _open = open;
        _block = model.Block(open);
        _next = 0;
    }
}
