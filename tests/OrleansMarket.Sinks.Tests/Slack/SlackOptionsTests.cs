using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansMarket.Sinks.Alerts;
using OrleansMarket.Sinks.Slack;

namespace OrleansMarket.Sinks.Tests.Slack;

public sealed class SlackOptionsTests
{
    private const string Secret = "https://hooks.slack.com/services/T0/B0/sEcReT";

    [Theory]
    [InlineData("https://hooks.slack.com/services/T0/B0/sEcReT")]
    [InlineData("https://hooks.slack-gov.com/services/T0/B0/sEcReT")]
    [InlineData("https://relay.example/sEcReT", "relay.example")]
    [InlineData("https://relay.example:8443/sEcReT", "relay.example")]
    [InlineData("http://127.0.0.1:5000/sEcReT", "127.0.0.1")]
    [InlineData("http://[::1]:5000/sEcReT", "[::1]")]
    [InlineData("http://localhost:5000/sEcReT", "localhost")]
    public void Validate_AcceptsWhereMessagesMayGo(string url, string? allowed = null) => Assert.Empty(Problems(url, allowed));

    [Theory]
    [InlineData("http://hooks.slack.com/services/sEcReT")]
    [InlineData("https://hooks.slack.com.evil.example/sEcReT")]
    [InlineData("https://evil.example/sEcReT")]
    [InlineData("https://hooks.slack.com:8443/sEcReT")]
    [InlineData("https://user:pass@hooks.slack.com/sEcReT")]
    [InlineData("https://hooks.slack.com@evil.example/sEcReT")]
    [InlineData("http://127.0.0.1/sEcReT")]
    [InlineData("http://169.254.169.254/sEcReT", "169.254.169.254")]
    [InlineData("file:///etc/sEcReT")]
    [InlineData("sEcReT")]
    [InlineData("/services/sEcReT")]
    public void Validate_RefusesTheRestWithoutRepeatingIt(string url, string? allowed = null)
    {
        var problem = Assert.Single(Problems(url, allowed));

        Assert.StartsWith("SLACK_WEBHOOK_URL: expected ", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("sEcReT", problem, StringComparison.Ordinal);
        var thrown = Assert.Throws<OptionsValidationException>(() => new SlackWebhookChannel(
            new() { WebhookUrl = url, AllowedHosts = allowed is null ? [] : [allowed] }, new(), TimeProvider.System));
        Assert.DoesNotContain("sEcReT", thrown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_WantsAChannelBesideABotToken() =>
        Assert.StartsWith("SLACK_CHANNEL: ", Assert.Single(Validate(new() { BotToken = "xoxb-1" })), StringComparison.Ordinal);

    [Fact]
    public void Validate_RefusesATokenThatNoHeaderCanCarry_WithoutRepeatingIt()
    {
        var options = new SlackOptions { BotToken = "sEc ReT\n", Channel = "C1" };

        Assert.DoesNotContain("ReT", Assert.Single(Validate(options)), StringComparison.Ordinal);
        Assert.DoesNotContain("ReT", Assert.Throws<OptionsValidationException>(() => new SlackBotChannel(options, new(), TimeProvider.System)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ToString_SaysNothingSecret()
    {
        var options = new SlackOptions { WebhookUrl = Secret, BotToken = "sEcReT" };
        using var channel = new SlackWebhookChannel(options, new(), TimeProvider.System);

        Assert.Equal("Slack by bot token", options.ToString());
        Assert.Equal("Slack webhook", channel.ToString());
    }

    [Fact]
    public void AddAlertDelivery_TakesTheShortNames() =>
        Assert.Equal(Secret, Options(("SLACK_WEBHOOK_URL", Secret), ("Alerts:Slack:WebhookUrl", "https://other.example")).WebhookUrl);

    [Fact]
    public void AddAlertDelivery_ReadsTheSecretFromAFile()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, Secret + "\n");
            Assert.Equal(Secret, Options(("SLACK_WEBHOOK_URL_FILE", file)).WebhookUrl);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void AddAlertDelivery_SaysWhichSecretFileIsMissing()
    {
        var thrown = Assert.Throws<OptionsValidationException>(() => Options(("SLACK_WEBHOOK_URL_FILE", "/no/such/file")));

        Assert.Equal(
            "SLACK_WEBHOOK_URL_FILE: expected a file with the webhook's address, found no such file at '/no/such/file'; mount the secret there or correct the setting", thrown.Message);
    }

    private static IEnumerable<string> Problems(string url, string? allowed) => Validate(new() { WebhookUrl = url, AllowedHosts = allowed is null ? [] : [allowed] });

    private static IEnumerable<string> Validate(SlackOptions options) => new SlackOptionsValidator().Validate(null, options).Failures ?? [];

    private static SlackOptions Options(params (string Key, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))).Build());
        services.AddAlertDelivery();
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<SlackOptions>>().Value;
    }
}
