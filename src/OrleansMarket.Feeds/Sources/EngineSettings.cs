using Microsoft.Extensions.Configuration;
using OrleansMarket.Domain.Engine;

namespace OrleansMarket.Feeds.Sources;

/// <summary>Reads the engines' settings. Section: <c>Engine</c>.</summary>
public static class EngineSettings
{
    /// <summary>Reads and checks them.</summary>
    /// <exception cref="MarketStartException">A value is no number or outside its range; the message names it.</exception>
    public static EngineOptions Read(IConfiguration configuration)
    {
        try
        {
            var options = configuration.GetSection("Engine").Get<EngineOptions>() ?? new EngineOptions();
            options.Validate();
            return options;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            throw new MarketStartException($"settings: Engine: {exception.Message.ReplaceLineEndings(" ")}");
        }
    }
}
