using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using OrleansMarket.Deployment.Tests.Tools;
using OrleansMarket.TestKit;

namespace OrleansMarket.Deployment.Tests.Helm;

/// <summary>The chart, through helm itself.</summary>
internal static class Chart
{
    private static readonly ConcurrentDictionary<string, Task<IReadOnlyList<JsonObject>>> Rendered = new();

    public static string Folder { get; } = Repository.At("helm", "orleans-market");

    /// <summary>The names of the values files, each one of the shapes that people install.</summary>
    public static IReadOnlyList<string> Shapes { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(Folder, "ci")).Select(file => Path.GetFileName(file)[..^"-values.yaml".Length]).Order(StringComparer.Ordinal)];

    public static string ValuesFile(string shape) => Path.Combine(Folder, "ci", $"{shape}-values.yaml");

    /// <summary>The manifests of a shape, rendered once; tests only read them.</summary>
    public static Task<IReadOnlyList<JsonObject>> RenderAsync(string shape) => Rendered.GetOrAdd(shape, async name => Yaml.ReadAll(await RenderTextAsync(name)));

    /// <summary>The manifests of the given values.</summary>
    public static async Task<IReadOnlyList<JsonObject>> RenderSetAsync(params string[] sets) =>
        Yaml.ReadAll((await TemplateAsync(Sets(sets))).ShouldSucceed().Output);

    public static async Task<string> RenderTextAsync(string shape) => (await TemplateAsync(["-f", ValuesFile(shape)])).ShouldSucceed().Output;

    public static Task<ToolRun> TemplateAsync(IEnumerable<string> arguments) =>
        Tool.RunAsync(NeedsFactAttribute.Helm, ["template", "rel", Folder, "-n", "market", .. arguments]);

    public static Task<ToolRun> TemplateSetAsync(params string[] sets) => TemplateAsync(Sets(sets));

    private static IEnumerable<string> Sets(string[] sets) => sets.SelectMany(set => new[] { "--set-json", set });
}
