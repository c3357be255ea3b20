using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansMarket.Web.Api;

/// <summary>Answers exceptions as problems that tell the caller nothing but a trace id, and the log everything.</summary>
internal sealed partial class FaultHandler(IEnumerable<PassingFault> passing, ILogger<FaultHandler> logger) : IExceptionHandler
{
    // Cancelled by somebody else than the caller: a part of the market gave up.
    private static readonly PassingFault Late = new(exception => exception is TimeoutException or OperationCanceledException, "the market did not answer in time");

    private readonly PassingFault[] _passing = [.. passing, Late];

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

        if (Array.Find(_passing, fault => fault.Matches(exception)) is { } fault)
        {
            LogPassing(logger, httpContext.Request.Method, httpContext.Request.Path, fault.Told, exception.GetType().Name);
            await Problems.Unavailable(fault.Told).ExecuteAsync(httpContext);
            return true;
        }

        var traceId = Activity.Current?.TraceId.ToHexString() ?? httpContext.TraceIdentifier;
        LogFault(logger, exception, httpContext.Request.Method, httpContext.Request.Path, traceId);
        await Problems.Fault(traceId).ExecuteAsync(httpContext);
        return true;
    }

    [LoggerMessage(EventId = 4001, Level = LogLevel.Warning, Message = "{Method} {Path} was not answered: {Reason} ({Fault})")]
    private static partial void LogPassing(ILogger logger, string method, string path, string reason, string fault);

    [LoggerMessage(EventId = 4000, Level = LogLevel.Error, Message = "{Method} {Path} failed, trace {TraceId}")]
    private static partial void LogFault(ILogger logger, Exception exception, string method, string path, string traceId);
}
