namespace OrleansMarket.Domain;

/// <summary>Tells a stop from trouble that looks like one: a server's connection that is lost calls its questions cancelled, too.</summary>
public static class StopExtensions
{
    /// <summary>Whether an exception only says that this token was cancelled.</summary>
    /// <param name="exception">What ended a piece of work.</param>
    /// <param name="stop">The token of that work.</param>
    public static bool IsStop(this Exception exception, CancellationToken stop) => exception is OperationCanceledException && stop.IsCancellationRequested;
}
