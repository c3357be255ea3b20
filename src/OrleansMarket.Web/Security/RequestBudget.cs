using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using OrleansMarket.Web.Api;

namespace OrleansMarket.Web.Security;

/// <summary>How fast one client may ask: generous for reading, tighter for changes. Probes and scrapes are not counted.</summary>
internal sealed class RequestBudget(IOptions<MarketWebOptions> options, TimeProvider clock) : IConfigureOptions<RateLimiterOptions>
{
    public void Configure(RateLimiterOptions options)
    {
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, (string Client, bool Reads)>(Partition);
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.OnRejected = static (rejected, _) =>
        {
            var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter) ? retryAfter : TimeSpan.FromSeconds(1);
            return new ValueTask(Problems.TooManyRequests(wait).ExecuteAsync(rejected.HttpContext));
        };
    }

    private RateLimitPartition<(string Client, bool Reads)> Partition(HttpContext context)
    {
        var request = context.Request;
        var reads = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        if (reads && (request.Path.StartsWithSegments("/health", StringComparison.Ordinal) || request.Path == "/metrics"))
        {
            return RateLimitPartition.GetNoLimiter(("", true));
        }

        var settings = options.Value;
        return RateLimitPartition.Get(
            (Client: ClientAddress.Of(context), Reads: reads),
            key => key.Reads
                ? new TokenBucket(settings.ReadBurst, settings.ReadsPerSecond, clock)
                : new TokenBucket(settings.WriteBurst, settings.WritesPerSecond, clock));
    }
}
