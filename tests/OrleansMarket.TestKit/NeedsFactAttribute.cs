using Xunit;

namespace OrleansMarket.TestKit;

/// <summary>A fact about something outside the repository. It is skipped, and says why, where that is missing.</summary>
public sealed class NeedsFactAttribute : FactAttribute
{
    /// <summary>The environment variable with the place of a Chromium to drive.</summary>
    public const string Chromium = "MARKET_CHROMIUM";

    /// <summary>The environment variable with the place of Prometheus's promtool.</summary>
    public const string Promtool = "MARKET_PROMTOOL";

    /// <summary>The environment variable with the folder of recorded market data.</summary>
    public const string RealData = "MARKET_REAL_DATA";

    /// <param name="variable">The environment variable that says where the thing is; test.sh sets it for what it finds.</param>
    public NeedsFactAttribute(string variable)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable)))
        {
            Skip = $"{variable} is not set";
        }
    }
}
