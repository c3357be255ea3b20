using OrleansMarket.TestKit;

namespace OrleansMarket.Deployment.Tests.Tools;

/// <summary>Holds files against the types that their readers publish for TypeScript, strictly: an unknown field is an error.</summary>
internal static class PublishedTypes
{
    /// <summary>Checks files.</summary>
    /// <param name="script">One of the scripts beside this file: what knows the types.</param>
    /// <param name="files">Texts by name; a name appears in what is said about its text.</param>
    public static async Task<ToolRun> CheckAsync(string script, params (string Name, string Text)[] files)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateSymbolicLink(folder.File("node_modules"), Tool.PlaceOf(NeedsFactAttribute.NodeModules));
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Tools", script), folder.File(script));
        foreach (var (name, text) in files)
        {
            await File.WriteAllTextAsync(folder.File(name), text);
        }

        return await Tool.StartAsync("node", [script, .. files.Select(file => file.Name)], folder.Path);
    }
}
