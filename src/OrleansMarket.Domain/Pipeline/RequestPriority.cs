namespace OrleansMarket.Domain.Pipeline;

/// <summary>What a request is for; the less urgent may use less of the budget.</summary>
public enum RequestPriority : byte
{
    /// <summary>Needed to run: specifications, last ids, clock.</summary>
    Live,

    /// <summary>Finds missing trades.</summary>
    Repair,

    /// <summary>Compares candles with the exchange's.</summary>
    Audit,
}
