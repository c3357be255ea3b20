namespace OrleansMarket.Domain.Trades;

/// <summary>Which side took liquidity. Binance's <c>isBuyerMaker = true</c> means the taker sold.</summary>
public enum TakerSide : byte
{
    /// <summary>The taker bought.</summary>
    Buy,

    /// <summary>The taker sold.</summary>
    Sell,
}
