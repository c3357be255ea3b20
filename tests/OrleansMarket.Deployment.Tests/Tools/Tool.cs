using System.Diagnostics;
using OrleansMarket.TestKit;

namespace OrleansMarket.Deployment.Tests.Tools;

/// <summary>Runs a real tool that is not part of the repository.</summary>
internal static class Tool
{
    // For a machine that does much else; what runs through never waits for it.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>Runs a tool that test.sh has located.</summary>
    /// <param name="variable">The variable of <see cref="NeedsFactAttribute"/> that says where it is.</param>
    /// <param name="arguments">Its arguments, one each.</param>
    /// <param name="folder">The folder to run in; the repository's root when not given.</param>
    /// <param name="input">What it reads, if anything.</param>
    public static Task<ToolRun> RunAsync(string variable, IEnumerable<string> arguments, string? folder = null, string? input = null) =>
        StartAsync(PlaceOf(variable), arguments, folder, input: input);

    /// <summary>Runs a command of a package that test.sh took from npm.</summary>
    public static Task<ToolRun> RunNodeAsync(string command, IEnumerable<string> arguments, string? folder = null) =>
        StartAsync(Path.Combine(PlaceOf(NeedsFactAttribute.NodeModules), ".bin", command), arguments, folder);

    /// <summary>The place of a tool or folder.</summary>
    public static string PlaceOf(string variable) =>
        Environment.GetEnvironmentVariable(variable) ?? throw new InvalidOperationException($"{variable} is not set; the test needs a NeedsFact or NeedsTheory that names it.");

    /// <summary>Runs a program to its end and keeps what it says.</summary>
    public static async Task<ToolRun> StartAsync(string program, IEnumerable<string> arguments, string? folder = null, IReadOnlyDictionary<string, string>? environment = null, TimeSpan? patience = null, string? input = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Repository.Root,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(patience ?? Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await TellAsync(process, input);
            await process.WaitForExitAsync(limit.Token);
            return new ToolRun(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{Path.GetFileName(program)} did not end within {(patience ?? Patience).TotalSeconds:0} s");
        }
    }

    private static async Task TellAsync(Process process, string? input)
    {
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended before it read everything; its exit code says why.
        }
    }
}

/// <summary>What a tool said.</summary>
internal sealed record ToolRun(int ExitCode, string Output, string Error)
{
    public string Said => Output + Error;

    /// <summary>Fails with the tool's own words unless it succeeded.</summary>
    public ToolRun ShouldSucceed()
    {
        ExitCode.ShouldBe(0, Said);
        return this;
    }

    /// <summary>Fails unless the tool refused, and named each of these.</summary>
    public void ShouldRefuse(params string[] naming)
    {
        ExitCode.ShouldNotBe(0, Said);
        foreach (var name in naming)
        {
            Said.ShouldContain(name);
        }
    }
}
