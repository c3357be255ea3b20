namespace OrleansMarket.Domain.Analytics;

/// <summary>The figures that change once a minute.</summary>
internal readonly record struct MinuteFigures
{
    public Figure Realised1h { get; init; }

    public Figure Realised24h { get; init; }

    public Figure CloseToClose1h { get; init; }

    public Figure CloseToClose24h { get; init; }

    public Figure Ewma { get; init; }

    /// <summary>The spike's z before the minimum notional is asked.</summary>
    public Figure Spike { get; init; }

    public double SpikeMedian { get; init; }

    public int SpikeActive { get; init; }

    public bool SpikeIsSeasonal { get; init; }

    public int Carried24h { get; init; }

    public int Active24h { get; init; }

    public double QuoteVolume24h { get; init; }

    public Int128 FlowBuy { get; init; }

    public Int128 FlowSell { get; init; }

    public int FlowTrades { get; init; }
}
