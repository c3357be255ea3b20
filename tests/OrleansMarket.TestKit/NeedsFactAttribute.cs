using Xunit;

namespace OrleansMarket.TestKit;

/// <summary>A fact about something outside the repository. It is skipped, and says why, where that is missing.</summary>
public sealed class NeedsFactAttribute : FactAttribute
{
    /// <summary>The environment variable with the place of a Chromium to drive.</summary>
    public const string Chromium = "MARKET_CHROMIUM";

    /// <summary>The environment variable with the place of Prometheus's promtool.</summary>
    public const string Promtool = "MARKET_PROMTOOL";

    /// <summary>The environment variable with the place of Prometheus itself.</summary>
    public const string Prometheus = "MARKET_PROMETHEUS";

    /// <summary>The environment variable with the place of Alertmanager's amtool.</summary>
    public const string Amtool = "MARKET_AMTOOL";

    /// <summary>The environment variable with the place of shellcheck.</summary>
    public const string Shellcheck = "MARKET_SHELLCHECK";

    /// <summary>The environment variable with the place of curl.</summary>
    public const string Curl = "MARKET_CURL";

    /// <summary>The environment variable with the place of helm.</summary>
    public const string Helm = "MARKET_HELM";

    /// <summary>The environment variable with the place of docker-compose, of which only the command that reads a file is used.</summary>
    public const string Compose = "MARKET_COMPOSE";

    /// <summary>The environment variable with a container engine (podman, docker) that runs.</summary>
    public const string ContainerEngine = "MARKET_CONTAINER_ENGINE";

    /// <summary>The environment variable with the name of the standalone host's image, built by that engine.</summary>
    public const string StandaloneImage = "MARKET_STANDALONE_IMAGE";

    /// <summary>The environment variable with the name of the silo's image, built by that engine.</summary>
    public const string SiloImage = "MARKET_SILO_IMAGE";

    /// <summary>The environment variable with the folder of the packages that test.sh takes from npm.</summary>
    public const string NodeModules = "MARKET_NODE_MODULES";

    /// <summary>The environment variable with the place of InfluxDB 1.x's influxd.</summary>
    public const string Influxd = "MARKET_INFLUXD";

    /// <summary>The environment variable with the folder of recorded market data.</summary>
    public const string RealData = "MARKET_REAL_DATA";

    /// <summary>The environment variable with the place of redis-server.</summary>
    public const string Redis = "MARKET_REDIS";

    /// <summary>The environment variable with the place of bwrap (bubblewrap), where it may make namespaces.</summary>
    public const string Bubblewrap = "MARKET_BUBBLEWRAP";

    /// <summary>The environment variable with the place of the built silo, which not every registry lets us build.</summary>
    public const string Silo = "MARKET_SILO";

    /// <param name="variables">The environment variables that say where the things are; test.sh sets them for what it finds.</param>
    public NeedsFactAttribute(params string[] variables) => Skip = ReasonToSkip(variables);

    /// <summary>Says which thing is missing, or <see langword="null"/> when all are there.</summary>
    public static string? ReasonToSkip(string[] variables) =>
        variables.FirstOrDefault(variable => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable))) is { } missing
            ? $"skipped: {missing["MARKET_".Length..].ToLowerInvariant().Replace('_', '-')} not found ({missing} is not set)"
            : null;
}
