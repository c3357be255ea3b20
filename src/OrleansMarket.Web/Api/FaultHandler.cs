using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansMarket.Web.Api;

/// <summary>Answers exceptions as problems that tell the caller nothing but a trace id, and the log everything.</summary>
internal sealed partial class FaultHandler(ILogger<FaultHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is BadHttpRequestException refused)
        {
            await Problems.OfStatus(refused.StatusCode).ExecuteAsync(httpContext);
            return true;
        }

        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            return true;
        }

        if (exception is TimeoutException)
        {
            await Problems.Unavailable("the market did not answer in time").ExecuteAsync(httpContext);
            return true;
        }

        var traceId = Activity.Current?.TraceId.ToHexString() ?? httpContext.TraceIdentifier;
        LogFault(logger, exception, httpContext.Request.Method, httpContext.Request.Path, traceId);
        await Problems.Fault(traceId).ExecuteAsync(httpContext);
        return true;
    }

    [LoggerMessage(EventId = 4000, Level = LogLevel.Error, Message = "{Method} {Path} failed, trace {TraceId}")]
    private static partial void LogFault(ILogger logger, Exception exception, string method, string path, string traceId);
}
