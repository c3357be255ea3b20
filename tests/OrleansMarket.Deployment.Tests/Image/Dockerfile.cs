namespace OrleansMarket.Deployment.Tests.Image;

/// <summary>The Dockerfile as instructions.</summary>
internal static class Dockerfile
{
    public static IReadOnlyList<Instruction> Instructions { get; } = [.. Parse(Repository.Read("Dockerfile"))];

    /// <summary>The instructions of a stage and of those it is built from, in order.</summary>
    public static IEnumerable<Instruction> Stage(string name)
    {
        var own = Instructions.Where(each => each.Stage == name).ToList();
        var parent = own[0].Words[0];
        return Instructions.Any(each => each.Stage == parent) ? Stage(parent).Concat(own) : own;
    }

    private static IEnumerable<Instruction> Parse(string text)
    {
        var stage = "";
        var lines = text.Split('\n').Where(line => !line.StartsWith('#')).Aggregate("", (all, line) => all.EndsWith('\\') ? all[..^1] + line : $"{all}\n{line}");
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            stage = words[0] == "FROM" ? words[^1] : stage;
            yield return new Instruction(stage, words[0], words[1..], line);
        }
    }
}

/// <summary>One instruction.</summary>
internal sealed record Instruction(string Stage, string Name, string[] Words, string Line)
{
    public bool IsFrom(string stage) => Words.Contains($"--from={stage}");
}
