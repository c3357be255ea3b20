using System.Net;
using System.Text;
using System.Text.Json;

namespace OrleansMarket.Contract;

/// <summary>Errors have one shape (RFC 9457), and only the key opens what changes state.</summary>
public abstract class ApiContract(IHostFactory hosts)
{
    [Fact]
    public async Task Errors_AreProblemDetails()
    {
        await using var scene = await Scene.StartAsync(hosts, TimeSpan.FromMinutes(2), 1, null, "BTCUSDT");

        await ProblemAsync(scene, HttpMethod.Get, "/candles?symbol=NOPEUSDT", HttpStatusCode.NotFound);
        await ProblemAsync(scene, HttpMethod.Get, "/candles", HttpStatusCode.BadRequest);
        await ProblemAsync(scene, HttpMethod.Get, "/candles?symbol=BTCUSDT&interval=7m", HttpStatusCode.BadRequest);
        await ProblemAsync(scene, HttpMethod.Get, "/trades?symbol=BTCUSDT&limit=-1", HttpStatusCode.BadRequest);
        await ProblemAsync(scene, HttpMethod.Get, "/nowhere", HttpStatusCode.NotFound);
        await ProblemAsync(scene, HttpMethod.Get, "/dead-letters/999999999", HttpStatusCode.NotFound);
        await ProblemAsync(scene, HttpMethod.Delete, "/dead-letters?all=true", HttpStatusCode.Unauthorized);
        await ProblemAsync(scene, HttpMethod.Put, "/alerts/rules/mine", HttpStatusCode.Unauthorized);
        await ProblemAsync(scene, HttpMethod.Delete, "/dead-letters?all=true", HttpStatusCode.Unauthorized, "not-the-key-of-this-server");
    }

    [Fact]
    public async Task Source_IsNamedWithEveryPrice()
    {
        await using var scene = await Scene.StartAsync(hosts, TimeSpan.FromMinutes(2), 1, null, "BTCUSDT");

        Assert.Equal("live", (await scene.Client.GetAsync("/health")).GetProperty("source").GetString());
        Assert.Equal("live", (await scene.Client.GetAsync("/candles?symbol=BTCUSDT")).GetProperty("source").GetProperty("kind").GetString());
    }

    private static async Task ProblemAsync(Scene scene, HttpMethod method, string path, HttpStatusCode status, string? key = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Content = method == HttpMethod.Put ? new StringContent("{}", Encoding.UTF8, "application/json") : null;
        if (key is not null)
        {
            request.Headers.Add("X-API-Key", key);
        }

        using var response = await scene.Client.SendRawAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == response.StatusCode, $"{method} {path}: expected {status}, found {response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(text);
        Assert.Equal((int)status, problem.RootElement.GetProperty("status").GetInt32());
        Assert.All(["type", "title", "detail"], name => Assert.NotEqual("", problem.RootElement.GetProperty(name).GetString()));
    }
}
