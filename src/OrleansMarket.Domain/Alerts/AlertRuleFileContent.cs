using System.Globalization;

namespace OrleansMarket.Domain.Alerts;

/// <summary>What a rules file holds.</summary>
/// <param name="Rules">The rules that could be read; use them only when there are no problems.</param>
/// <param name="Problems">What is wrong, by line; empty when the file is good.</param>
public sealed record AlertRuleFileContent(IReadOnlyList<AlertRule> Rules, IReadOnlyList<AlertRuleFileProblem> Problems);

/// <summary>One problem of a rules file.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Path">Where in the file (rules[2].enter); empty for the whole.</param>
/// <param name="Problem">What was expected and found.</param>
/// <param name="Remedy">What to do.</param>
public sealed record AlertRuleFileProblem(string File, int Line, string Path, string Problem, string Remedy)
{
    /// <summary>One line: file:line: path: problem; remedy.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}: {(Path.Length == 0 ? "" : $"{Path}: ")}{Problem}; {Remedy}");
}
