using Microsoft.Extensions.Configuration;
using OrleansMarket.TestKit;
using OrleansMarket.Web.Security;

namespace OrleansMarket.Web.Tests.Security;

public sealed class SecretFilesTests
{
    [Fact]
    public void File_IsTheSettingOfItsName_AndWins()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("API_KEY"), "from-a-file\n");
        File.WriteAllText(folder.File("Influx__Token"), "token");
        using var configuration = Configuration(folder.Path);
        configuration["API_KEY"] = "from-elsewhere";

        configuration.AddSecretFiles();

        Assert.Equal("from-a-file", configuration["API_KEY"]);
        Assert.Equal("token", configuration["Influx:Token"]);
    }

    /// <summary>As Kubernetes lays a secret out: links into a folder of the day.</summary>
    [Fact]
    public void Links_AreFollowed()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("..2026_01_01"));
        File.WriteAllText(folder.File("..2026_01_01/API_KEY"), "linked");
        Directory.CreateSymbolicLink(folder.File("..data"), "..2026_01_01");
        File.CreateSymbolicLink(folder.File("API_KEY"), "..data/API_KEY");
        using var configuration = Configuration(folder.Path);

        configuration.AddSecretFiles();

        Assert.Equal("linked", configuration["API_KEY"]);
    }

    [Fact]
    public void MissingFolder_IsNamed()
    {
        using var configuration = Configuration("/nowhere/at/all");

        Assert.Contains("SECRETS_DIR", Assert.Throws<DirectoryNotFoundException>(configuration.AddSecretFiles).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NoFolder_AddsNothing()
    {
        using var configuration = Configuration("");

        configuration.AddSecretFiles();

        Assert.Null(configuration["API_KEY"]);
    }

    private static ConfigurationManager Configuration(string folder) => new() { ["SECRETS_DIR"] = folder };
}
