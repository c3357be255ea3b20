using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using OrleansMarket.TestKit;

namespace OrleansMarket.Benchmarks.Ratios;

/// <summary>What was measured in one run, with the machine that it was measured on.</summary>
/// <param name="load">What was worked on, for people.</param>
/// <param name="lines">The rows.</param>
internal sealed class RatioTable(FormattableString load, IReadOnlyList<RatioLine> lines)
{
    /// <summary>Gets whether every promise is kept.</summary>
    public bool IsMet => lines.All(line => line.Met != false);

    /// <summary>The table as Markdown.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{CpuName()}, {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}; {load.ToString(CultureInfo.InvariantCulture)}");
        text.AppendLine();
        text.AppendLine("| what | measured | target | |");
        text.AppendLine("|---|---:|---:|---|");
        foreach (var line in lines)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {line.What} | {line.Measured} | {line.Target} | {line.Met switch { true => "met", false => "**missed**", _ => "" }} |");
        }

        return text.ToString();
    }

    /// <summary>Writes the table among the results of this kind of machine, where the program runs in a checkout.</summary>
    /// <param name="file">The file's name.</param>
    public void Keep(string file)
    {
        if (Checkout.Find() is { } folder)
        {
            var target = Path.Combine(folder, "tests", "OrleansMarket.Benchmarks", "results", CpuFolder());
            Directory.CreateDirectory(target);
            File.WriteAllText(Path.Combine(target, file), ToString());
        }
    }

    private static string CpuName()
    {
        const string CpuInfo = "/proc/cpuinfo";
        var name = File.Exists(CpuInfo)
            ? File.ReadLines(CpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
            : null;
        return name ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static string CpuFolder() =>
        string.Join('-', CpuName().ToLowerInvariant().Split([' ', '(', ')', '@', '/'], StringSplitOptions.RemoveEmptyEntries));
}
