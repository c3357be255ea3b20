using OrleansMarket.Feeds.Sources;
using OrleansMarket.TestKit;

namespace OrleansMarket.Feeds.Tests.Sources;

public sealed class AccessFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private AccessFile File => new(_folder.File("below/access.json"));

    [Fact]
    public async Task Values_OutliveTheProcess()
    {
        await File.SetAsync("banned-until", "1767268800000", CancellationToken.None);
        await File.SetAsync("restricted", "yes", CancellationToken.None);
        await File.SetAsync("restricted", null, CancellationToken.None);

        Assert.Equal("1767268800000", await File.GetAsync("banned-until", CancellationToken.None));
        Assert.Null(await File.GetAsync("restricted", CancellationToken.None));
    }

    [Fact]
    public async Task DamagedFile_SaysNothingAndIsReplaced()
    {
        await File.SetAsync("a", "1", CancellationToken.None);
        await System.IO.File.WriteAllTextAsync(_folder.File("below/access.json"), "{\"a\":");

        Assert.Null(await File.GetAsync("a", CancellationToken.None));
        await File.SetAsync("b", "2", CancellationToken.None);
        Assert.Equal("2", await File.GetAsync("b", CancellationToken.None));
    }

    public void Dispose() => _folder.Dispose();
}
