using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace OrleansMarket.Web;

/// <summary>Takes the settings that operators know by a short name.</summary>
internal sealed class WellKnownSettings(IConfiguration configuration) : IConfigureOptions<MarketWebOptions>
{
    public void Configure(MarketWebOptions options)
    {
        options.ApiKey = Setting("API_KEY") ?? options.ApiKey;
        options.ApiKeyFile = Setting("API_KEY_FILE") ?? options.ApiKeyFile;
        options.AllowedHosts = Setting("ALLOWED_HOSTS") ?? options.AllowedHosts;
    }

    private string? Setting(string name) => configuration[name] is { Length: > 0 } value ? value : null;
}
