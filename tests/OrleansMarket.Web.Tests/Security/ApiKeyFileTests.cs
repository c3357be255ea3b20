using System.Runtime.Versioning;
using OrleansMarket.TestKit;
using OrleansMarket.Web.Security;

namespace OrleansMarket.Web.Tests.Security;

public sealed class ApiKeyFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryFolder _folder = new();

    private string KeyPath => Path.Combine(_folder.Path, "sub", "api-key");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ReadOrCreate_MakesAKeyThatOnlyTheOwnerCanRead_AndKeepsIt()
    {
        var (key, created) = ApiKeyFile.ReadOrCreate(KeyPath);
        Assert.True(created);
        Assert.True(key.Length >= 43);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(OwnerOnly, File.GetUnixFileMode(KeyPath));
        }

        Assert.Equal((key, false), ApiKeyFile.ReadOrCreate(KeyPath));
        Assert.Equal(KeyPath, Assert.Single(Directory.GetFiles(Path.GetDirectoryName(KeyPath)!)));
    }

    [Fact]
    public void ReadOrCreate_MakesAnotherKeyElsewhere() =>
        Assert.NotEqual(ApiKeyFile.ReadOrCreate(KeyPath).Key, ApiKeyFile.ReadOrCreate(Path.Combine(_folder.Path, "api-key")).Key);

    [Fact]
    public async Task ReadOrCreate_GivesOneKeyToAllWhoStartAtOnce()
    {
        var keys = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => ApiKeyFile.ReadOrCreate(KeyPath).Key)));
        Assert.Single(keys.Distinct());
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void ReadOrCreate_TakesRightsFromOthers()
    {
        ApiKeyFile.ReadOrCreate(KeyPath);
        File.SetUnixFileMode(KeyPath, OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        ApiKeyFile.ReadOrCreate(KeyPath);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(KeyPath));
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("a key with blanks in it 0123456789")]
    public void Read_RefusesWhatIsNoKey_AndDoesNotTellIt(string content)
    {
        var path = Path.Combine(_folder.Path, "api-key");
        File.WriteAllText(path, content);
        var error = Assert.Throws<InvalidDataException>(() => ApiKeyFile.Read(path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("blanks", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfAMissingFile_NamesTheRemedy() =>
        Assert.Contains("API_KEY_FILE", Assert.Throws<InvalidDataException>(() => ApiKeyFile.Read(KeyPath)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task KeyOfAFile_WinsOverTheMadeOne()
    {
        var path = Path.Combine(_folder.Path, "mounted");
        File.WriteAllText(path, "mounted-key-0123456789\n");
        await using var web = await WebFixture.StartAsync(("API_KEY", ""), ("API_KEY_FILE", path));
        var (response, _) = await web.SendAsync(HttpMethod.Delete, "/alerts/rules/whale", null, "X-API-Key: mounted-key-0123456789");
        Assert.Equal(204, (int)response.StatusCode);
    }

    [Fact]
    public async Task TooShortAKey_StopsTheStart()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => WebFixture.StartAsync(("API_KEY", "short")));
        Assert.Contains("ApiKey", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("'short'", error.Message, StringComparison.Ordinal);
    }
}
