using NSubstitute;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.TestKit.Alerts;

namespace OrleansMarket.Cluster.Tests.Symbols;

/// <summary>An alert log that keeps everything, and sometimes fails before it can say so.</summary>
internal sealed class ForgetfulAlerts
{
    public ForgetfulAlerts()
    {
        Store.AppendAsync(default!, default, default).ReturnsForAnyArgs(async call =>
        {
            Appended.AddRange(call.ArgAt<IReadOnlyList<AlertTransition>>(0).Select(transition => transition.Id));
            await Log.AppendAsync(call.ArgAt<IReadOnlyList<AlertTransition>>(0), call.ArgAt<DateTimeOffset>(1), CancellationToken.None);
        });
        Store.ReadAlertAsync(default, default).ReturnsForAnyArgs(call => LosesAcknowledgements
            ? throw new IOException("the connection is lost")
            : Log.ReadAlertAsync(call.ArgAt<AlertKey>(0), CancellationToken.None));
        Store.ReadRulesAsync(default).ReturnsForAnyArgs(_ => Log.ReadRulesAsync(CancellationToken.None));
    }

    /// <summary>Gets what the silo sees.</summary>
    public IAlertStore Store { get; } = Substitute.For<IAlertStore>();

    /// <summary>Gets what is kept.</summary>
    public InMemoryAlertStore Log { get; } = new();

    /// <summary>Gets the id of every transition handed over, repeats included.</summary>
    public List<string> Appended { get; } = [];

    public bool LosesAcknowledgements { get; set; }
}
