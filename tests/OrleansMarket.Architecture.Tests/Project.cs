using System.Xml.Linq;

namespace OrleansMarket.Architecture.Tests;

/// <summary>A project file: what it is called and what it asks for. Names are without the "OrleansMarket." in front.</summary>
internal sealed record Project(string Name, string Path, XDocument Xml)
{
    public IEnumerable<string> ProjectReferences => Includes("ProjectReference").Select(ShortName);

    public IEnumerable<string> PackageReferences => Includes("PackageReference");

    public static Project Load(string path) => new(ShortName(path), path, Repository.ReadXml(path));

    public IEnumerable<string> Includes(string item) => Xml.Descendants(item).Select(e => e.Attribute("Include")?.Value).OfType<string>();

    private static string ShortName(string path) =>
        System.IO.Path.GetFileNameWithoutExtension(path.Replace('\\', '/')).Replace("OrleansMarket.", "", StringComparison.Ordinal);
}
