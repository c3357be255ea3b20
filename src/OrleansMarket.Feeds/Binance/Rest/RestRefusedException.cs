namespace OrleansMarket.Feeds.Binance.Rest;

/// <summary>The exchange says that the request itself is wrong; asking again changes nothing.</summary>
public sealed class RestRefusedException(int code, string message) : Exception(message)
{
    /// <summary>Gets the exchange's error code, or 0.</summary>
    public int Code { get; } = code;
}
