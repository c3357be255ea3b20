using Microsoft.Extensions.Configuration;

namespace OrleansMarket.Web.Tests;

public class MarketHostTests
{
    [Fact]
    public void SettingsFiles_AreReadOnce_AndNotAgainWhileTheHostRuns()
    {
        var files = ((IConfigurationBuilder)MarketHost.CreateBuilder().Configuration).Sources.OfType<FileConfigurationSource>().ToArray();
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.False(file.ReloadOnChange, $"{file.Path} is watched"));
    }
}
