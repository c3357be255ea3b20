using System.CommandLine;

namespace OrleansMarket.Standalone.Commands;

/// <summary><c>rules</c>: the group of commands on alert rules.</summary>
internal static class RulesCommand
{
    public static Command Create() => new("rules", "Work with alert rules.") { RulesCheckCommand.Create() };
}
