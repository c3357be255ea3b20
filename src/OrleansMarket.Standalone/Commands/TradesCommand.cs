using System.CommandLine;

namespace OrleansMarket.Standalone.Commands;

/// <summary><c>trades</c>: the group of commands on raw trades.</summary>
internal static class TradesCommand
{
    public static Command Create(TimeProvider clock) => new("trades", "Look at raw trades.") { TradesTailCommand.Create(clock) };
}
