using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Portfolio;
using OrleansMarket.Domain.Prices;
using OrleansMarket.Feeds.Portfolio;
using OrleansMarket.TestKit;
using OrleansMarket.TestKit.Web;

namespace OrleansMarket.Web.Tests;

/// <summary>API and page over a market in memory, at noon of a clock that stands still.</summary>
public sealed class WebFixture : IAsyncDisposable
{
    /// <summary>The API key of every fixture that does not set another.</summary>
    public const string Key = "test-key-0123456789abcdef";

    private readonly WebApplication _app;
    private readonly TemporaryFolder _folder;

    private WebFixture(WebApplication app, FakeMarket market, FakePrices prices, ManualTimeProvider clock, LogBook log, TemporaryFolder folder)
    {
        (_app, Market, Prices, Clock, Log, _folder) = (app, market, prices, clock, log, folder);
        Client = IsKestrel ? new HttpClient { BaseAddress = Address } : app.GetTestClient();
    }

    public FakeMarket Market { get; }

    public FakePrices Prices { get; }

    public FakeDailyHistory History => _app.Services.GetRequiredService<FakeDailyHistory>();

    public ManualTimeProvider Clock { get; }

    public LogBook Log { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Gets where Kestrel listens.</summary>
    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    private bool IsKestrel => _app.Services.GetRequiredService<IServer>() is not TestServer;

    /// <summary>Starts in memory.</summary>
    public static Task<WebFixture> StartAsync(params (string Name, string? Value)[] settings) => StartAsync(null, null, settings);

    /// <summary>Starts on a loopback port, 0 for any; a real browser needs one.</summary>
    public static Task<WebFixture> ListenAsync(int port, FakeMarket? market = null, ManualTimeProvider? clock = null, params (string Name, string? Value)[] settings) =>
        StartAsync(port, (market, clock), settings);

    public async Task<JsonNode> GetAsync(string path)
    {
        using var response = await Client.GetAsync(path);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>Sends a request with headers given as "Name: value".</summary>
    public async Task<(HttpResponseMessage Response, JsonNode? Body)> SendAsync(HttpMethod method, string path, object? body = null, params string[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is HttpContent content)
        {
            request.Content = content;
        }
        else if (body is not null)
        {
            request.Content = JsonContent.Create(body);
        }

        foreach (var header in headers)
        {
            var (name, value) = (header[..header.IndexOf(':')], header[(header.IndexOf(':') + 1)..].Trim());
            if (name == "Host")
            {
                request.Headers.Host = value;
            }
            else
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        var response = await Client.SendAsync(request, HttpCompletionOption.ResponseContentRead);
        var text = await response.Content.ReadAsStringAsync();
        return (response, response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true ? JsonNode.Parse(text) : null);
    }

    public Task<(HttpResponseMessage Response, JsonNode? Body)> SendWithKeyAsync(HttpMethod method, string path, object? body = null) =>
        SendAsync(method, path, body, $"X-API-Key: {Key}");

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task<WebFixture> StartAsync(int? port, (FakeMarket? Market, ManualTimeProvider? Clock)? given, (string Name, string? Value)[] settings)
    {
        var folder = new TemporaryFolder();
        var clock = given?.Clock ?? new ManualTimeProvider(FakeMarket.Noon);
        var market = given?.Market ?? new FakeMarket(clock);
        var log = new LogBook();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Web:DataDirectory"] = folder.Path, ["API_KEY"] = Key });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)));
        builder.Logging.ClearProviders().AddProvider(log);
        if (port is { } number)
        {
            builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, number));
        }
        else
        {
            builder.WebHost.UseTestServer();
        }

        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton<IMarket>(market).AddSingleton<IAlertDesk>(market).AddSingleton<IDeadLetterDesk>(market);
        var prices = new FakePrices(clock);
        builder.Services.AddSingleton<IPrices>(prices).AddSingleton(prices.Caches);
        builder.Services.AddSingleton<FakeDailyHistory>().AddSingleton<IDailyHistory>(provider => provider.GetRequiredService<FakeDailyHistory>());
        builder.Services.AddSingleton<IPortfolioStore>(MemoryPortfolios.WithMain(FakeMarket.Noon)).AddPortfolios();
        builder.Services.AddMarketWeb();
        var app = builder.Build();
        app.MapMarketWeb();
        await app.StartAsync();
        return new WebFixture(app, market, prices, clock, log, folder);
    }
}
