using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Web.Api;

namespace OrleansMarket.Web.Alerts;

/// <summary>Serves silences.</summary>
internal static class SilenceEndpoints
{
    private const int MaxMinutes = 30 * 24 * 60;

    public static void MapSilences(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/alerts/silences", ListAsync)
            .Describe("getSilences", "Alerts", "Silences", "Silences that are running or to come. Silenced alerts are recorded as suppressed, not lost.")
            .WithQuery()
            .Produces<SilencesResponse>();
        routes.MapPost("/alerts/silences", AddAsync)
            .Describe("addSilence", "Alerts", "Add a silence", "Keeps matching alerts from being told for a while.")
            .WithQuery()
            .Accepts<SilenceRequest>("application/json")
            .WithRequestExample(new SilenceRequest { Symbol = new Symbol("BTCUSDT"), Minutes = 60, Reason = "planned listing" })
            .Produces<AlertSilence>(StatusCodes.Status201Created)
            .MayFail(400, 413, 415)
            .RequireKey();
        routes.MapDelete("/alerts/silences/{id}", RemoveAsync)
            .Describe("removeSilence", "Alerts", "End a silence", "Ends a silence at once.")
            .WithQuery()
            .Produces(StatusCodes.Status204NoContent)
            .MayFail(404)
            .RequireKey();
    }

    private static async Task<IResult> ListAsync(HttpContext context, IAlertDesk desk, CancellationToken cancellationToken) =>
        ApiResult.Data(context, new SilencesResponse(await desk.GetSilencesAsync(cancellationToken)));

    private static async Task<IResult> AddAsync(HttpContext context, IAlertDesk desk, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (body, problem) = await ApiBody.ReadAsync<SilenceRequest>(context);
        if (body is null)
        {
            return problem!;
        }

        var from = body.From ?? clock.GetUtcNow();
        if (FindError(body, from) is var (field, error))
        {
            return Problems.Invalid(field, error);
        }

        var change = await desk.AddSilenceAsync(
            new AlertSilence
            {
                Id = "",
                RuleId = string.IsNullOrEmpty(body.RuleId) ? null : body.RuleId,
                Symbol = body.Symbol,
                From = from,
                Until = body.Until ?? from.AddMinutes(body.Minutes!.Value),
                Reason = body.Reason.Trim(),
            },
            cancellationToken);
        return change.Silence is { } stored
            ? ApiResult.Data(context, stored, StatusCodes.Status201Created)
            : Problems.Invalid(change.Problems);
    }

    private static (string Field, string Error)? FindError(SilenceRequest body, DateTimeOffset from) => body switch
    {
        { Reason: null } => ("reason", "expected 1 to 200 characters, found null"),
        _ when body.Reason.Trim().Length is 0 or > 200 => ("reason", $"expected 1 to 200 characters, found {body.Reason.Trim().Length}"),
        { Until: null, Minutes: null } => ("until", "expected until or minutes, found neither"),
        { Until: not null, Minutes: not null } => ("until", "expected until or minutes, found both"),
        { Minutes: < 1 or > MaxMinutes } => ("minutes", $"expected 1 to {MaxMinutes}, found {body.Minutes}"),
        { Until: { } until } when until <= from => ("until", "expected a time after from"),
        { Until: { } until } when until - from > TimeSpan.FromMinutes(MaxMinutes) => ("until", "expected at most 30 days after from"),
        _ => null,
    };

    private static async Task<IResult> RemoveAsync([Description("The silence's id.")] string id, IAlertDesk desk, CancellationToken cancellationToken) =>
        await desk.RemoveSilenceAsync(id, cancellationToken)
            ? TypedResults.NoContent()
            : Problems.NotFound($"expected the id of a silence, found '{id}'", "GET /alerts/silences lists those running or to come.");
}
