using System.CommandLine;
using OrleansMarket.Domain;
using OrleansMarket.Web.Commands;

namespace OrleansMarket.Standalone.Commands;

/// <summary><c>rules check</c>: says everything that is wrong with a rules file, by line.</summary>
internal static class RulesCheckCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A file of alert rules (JSON)" };
        var command = new Command("check", $"Check a file of alert rules; every problem with its line and remedy, exit code {ExitCode.Mismatch} when there is one.") { file }
            .WithExamples("rules check rules.json");
        command.SetAction(parsed => Run(parsed.GetRequiredValue(file), CommandOutput.Of(parsed)));
        return command;
    }

    private static int Run(string path, CommandOutput output)
    {
        var content = RuleOptions.ReadContent(path);
        foreach (var problem in content.Problems)
        {
            output.Results.WriteLine(problem);
        }

        if (content.Problems.Count > 0)
        {
            output.People.WriteLine($"{path}: {content.Problems.Count} problem{(content.Problems.Count == 1 ? "" : "s")}");
            return ExitCode.Mismatch;
        }

        foreach (var rule in content.Rules)
        {
            output.Results.WriteLine($"{rule.Id}: {WireName.Of(rule.Signal)} {WireName.Of(rule.Direction)} {rule.Enter:R}{(rule.Enabled ? "" : " (disabled)")}");
        }

        output.People.WriteLine($"{path}: {content.Rules.Count} rule{(content.Rules.Count == 1 ? "" : "s")}, no problems");
        return ExitCode.Ok;
    }
}
