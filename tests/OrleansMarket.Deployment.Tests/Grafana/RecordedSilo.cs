using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrleansMarket.TestKit;

namespace OrleansMarket.Deployment.Tests.Grafana;

/// <summary>
/// Two scrapes, some seconds apart, of a real silo of Orleans 10.4 with memory streams and storage, in the product's own format: what the standalone
/// host does not have. Whoever scrapes sees the first twice, then the second.
/// </summary>
internal sealed class RecordedSilo : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _scrapes;

    private RecordedSilo(WebApplication app, Uri url) => (_app, Url) = (app, url);

    public Uri Url { get; }

    public static async Task<RecordedSilo> StartAsync()
    {
        var url = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url.OriginalString);
        var app = builder.Build();
        var silo = new RecordedSilo(app, url);
        app.MapGet("/metrics", silo.Scrape);
        await app.StartAsync();
        return silo;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IResult Scrape()
    {
        var name = Interlocked.Increment(ref _scrapes) <= 2 ? "silo-first.txt" : "silo-second.txt";
        return Results.Text(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Grafana", "Recorded", name)), "text/plain; version=0.0.4");
    }
}
