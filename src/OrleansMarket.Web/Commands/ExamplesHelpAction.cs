using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace OrleansMarket.Web.Commands;

/// <summary>The usual help, and then examples to copy.</summary>
/// <param name="usual">The usual help.</param>
/// <param name="program">The program's name, as a person types it.</param>
internal sealed class ExamplesHelpAction(HelpAction usual, string program) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var result = usual.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        var examples = CommandExamples.Of(parseResult.CommandResult.Command).ToList();
        if (examples.Count > 0)
        {
            output.WriteLine("Examples:");
            foreach (var example in examples)
            {
                output.WriteLine($"  {program} {example}".TrimEnd());
            }

            output.WriteLine();
        }

        return result;
    }
}
