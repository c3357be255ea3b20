using System.CommandLine;

namespace OrleansMarket.Standalone.Commands;

/// <summary><c>alerts</c>: the group of commands on alerts.</summary>
internal static class AlertsCommand
{
    public static Command Create(TimeProvider clock) => new("alerts", "Look at alerts.") { AlertsListCommand.Create(clock) };
}
