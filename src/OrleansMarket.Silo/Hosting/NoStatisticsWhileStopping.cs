namespace OrleansMarket.Silo.Hosting;

/// <summary>
/// Keeps the Dashboard from counting on a silo that stops. It asks every second, and in the last silo of a cluster nobody is left to
/// answer, which Orleans would log as an error of an orderly stop.
/// </summary>
internal sealed class NoStatisticsWhileStopping(IHostApplicationLifetime lifetime) : IOutgoingGrainCallFilter
{
    /// <inheritdoc/>
    /// <exception cref="OperationCanceledException">The host stops; the Dashboard takes it for the end of its counting.</exception>
    public Task Invoke(IOutgoingGrainCallContext context) =>
        lifetime.ApplicationStopping.IsCancellationRequested && context.Request.GetInterfaceType() == typeof(IManagementGrain)
            ? Task.FromCanceled(lifetime.ApplicationStopping)
            : context.Invoke();
}
