using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Web.Api;

namespace OrleansMarket.Web.Alerts;

/// <summary>Serves alert rules: read, add, change, remove, preview.</summary>
internal static class AlertRuleEndpoints
{
    private static readonly TimeSpan StandardPreview = TimeSpan.FromHours(24);

    private static readonly AlertRuleRequest Example = new()
    {
        Name = "Large taker orders",
        Signal = Signal.WhaleNotional,
        Enter = 250_000,
        CooldownSeconds = 60,
        Severity = AlertSeverity.Info,
    };

    public static void MapAlertRules(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/alerts/rules", ListAsync)
            .Describe("getAlertRules", "Alerts", "Alert rules", "Every rule in its present version.")
            .WithQuery()
            .Produces<AlertRulesResponse>();
        routes.MapGet("/alerts/rules/{id}", FindAsync)
            .Describe("getAlertRule", "Alerts", "One alert rule", "One rule in its present version.")
            .WithQuery()
            .Produces<AlertRuleView>()
            .MayFail(404);
        routes.MapPut("/alerts/rules/{id}", PutAsync)
            .Describe("putAlertRule", "Alerts", "Add or change an alert rule", "Stores the rule under its id. A change raises the version by one and resolves the old version's alerts.")
            .WithQuery()
            .Accepts<AlertRuleRequest>("application/json")
            .WithRequestExample(Example)
            .Produces<AlertRuleView>()
            .MayFail(400, 413, 415)
            .RequireKey();
        routes.MapDelete("/alerts/rules/{id}", RemoveAsync)
            .Describe("removeAlertRule", "Alerts", "Remove an alert rule", "Removes the rule; its firing alerts are resolved.")
            .WithQuery()
            .Produces(StatusCodes.Status204NoContent)
            .MayFail(404)
            .RequireKey();
        routes.MapPost("/alerts/rules/preview", PreviewAsync)
            .Describe("previewAlertRule", "Alerts", "Preview an alert rule",
                "Runs a rule over stored history, by default the last 24 h: how often it would have fired, and a threshold for a calmer rate. Changes nothing, but needs the key because it is work.")
            .WithQuery(QueryParameter.From("Start of the history."), QueryParameter.To("End of the history."), QueryParameter.Numbers())
            .Accepts<AlertRuleRequest>("application/json")
            .WithRequestExample(Example)
            .Produces<RulePreviewResponse>()
            .MayFail(413, 415)
            .RequireKey();
    }

    private static async Task<IResult> ListAsync(HttpContext context, IAlertDesk desk, CancellationToken cancellationToken) =>
        ApiResult.Data(context, new AlertRulesResponse([.. (await desk.GetRulesAsync(cancellationToken)).Select(AlertRuleView.From)]));

    private static async Task<IResult> FindAsync(
        [Description("The rule's id.")] string id, HttpContext context, IAlertDesk desk, CancellationToken cancellationToken) =>
        (await desk.GetRulesAsync(cancellationToken)).FirstOrDefault(rule => rule.Id == id) is { } found
            ? ApiResult.Data(context, AlertRuleView.From(found))
            : NoRule(id);

    private static async Task<IResult> PutAsync(
        [Description("The rule's id: kebab case, 1 to 64 characters.")] string id,
        HttpContext context, IAlertDesk desk, CancellationToken cancellationToken)
    {
        var (body, problem) = await ApiBody.ReadAsync<AlertRuleRequest>(context);
        if (body is null)
        {
            return problem!;
        }

        var rule = body.ToRule(id);
        if (AlertRuleValidator.Validate(rule) is { Count: > 0 } errors)
        {
            return Invalid(errors);
        }

        var change = await desk.PutRuleAsync(rule, cancellationToken);
        return change.Rule is { } stored ? ApiResult.Data(context, AlertRuleView.From(stored)) : Invalid(change.Problems);
    }

    private static async Task<IResult> RemoveAsync([Description("The rule's id.")] string id, IAlertDesk desk, CancellationToken cancellationToken) =>
        await desk.RemoveRuleAsync(id, cancellationToken) ? TypedResults.NoContent() : NoRule(id);

    private static async Task<IResult> PreviewAsync(HttpContext context, IAlertDesk desk, TimeProvider clock, CancellationToken cancellationToken)
    {
        var query = ApiQuery.Read(context);
        var (from, to) = query.Range();
        if (query.IsWrong(out var problem))
        {
            return problem;
        }

        (var body, problem) = await ApiBody.ReadAsync<AlertRuleRequest>(context);
        if (body is null)
        {
            return problem!;
        }

        var rule = body.ToRule("preview");
        if (AlertRuleValidator.Validate(rule) is { Count: > 0 } errors)
        {
            return Invalid(errors);
        }

        var end = to ?? clock.GetUtcNow();
        return ApiResult.Data(context, RulePreviewResponse.From(await desk.PreviewAsync(rule, from ?? end - StandardPreview, end, cancellationToken)));
    }

    // The API's fields carry their unit, the rule's do not.
    private static IResult Invalid(IReadOnlyDictionary<string, string[]> errors) => Problems.Invalid(errors.ToDictionary(
        error => error.Key is "for" or "cooldown" ? $"{error.Key}Seconds" : error.Key, error => error.Value));

    private static IResult NoRule(string id) => Problems.NotFound($"expected the id of a rule, found '{id}'", "GET /alerts/rules lists the rules.");
}
