using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;
using OrleansMarket.Domain;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Web.Api;

namespace OrleansMarket.Web.DeadLetters;

/// <summary>Serves dead letters and sends them through the pipeline again.</summary>
internal static class DeadLetterEndpoints
{
    private const int StandardLimit = 100;
    private const int MaxLimit = 1_000;
    private const int MaxReplay = 1_000;

    private static readonly QueryParameter Reason = QueryParameter.OneOf("reason", "Only letters refused for this reason.", WireName.All<DeadLetterReason>());

    public static void MapDeadLetters(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/dead-letters", ListAsync)
            .Describe("getDeadLetters", "Data quality", "Refused messages", "Messages that could not be taken, whole, newest first.")
            .WithQuery(
                Reason,
                QueryParameter.Limit(StandardLimit, MaxLimit),
                new("before", "Cursor: the `next` of the previous page.", new() { Type = JsonSchemaType.Integer, Format = "int64", Minimum = "1" }))
            .Produces<DeadLettersResponse>();
        routes.MapGet("/dead-letters/{id:long}", FindAsync)
            .Describe("getDeadLetter", "Data quality", "One refused message", "One message with its payload, error and source.")
            .WithQuery()
            .Produces<DeadLetterView>()
            .MayFail(404);
        routes.MapPost("/dead-letters/replay", ReplayAsync)
            .Describe("replayDeadLetters", "Data quality", "Replay refused messages",
                "Sends messages through parser, validation and engine again. What is taken, or proves a duplicate, leaves the store; what is refused stays with one more attempt.")
            .WithQuery()
            .Accepts<DeadLetterReplayRequest>("application/json")
            .WithRequestExample(new DeadLetterReplayRequest { Ids = [3, 2] })
            .Produces<DeadLetterReplayResponse>()
            .MayFail(400, 413, 415)
            .RequireKey();
        routes.MapDelete("/dead-letters", PurgeAsync)
            .Describe("purgeDeadLetters", "Data quality", "Remove refused messages", "Removes the messages refused for one reason, or all of them. It cannot be undone.")
            .WithQuery(Reason with { Example = "malformed" }, new QueryParameter("all", "`true` removes every letter; needed when no reason is given.", new() { Type = JsonSchemaType.Boolean }))
            .Produces<DeadLetterPurgeResponse>()
            .RequireKey();
    }

    private static async Task<IResult> ListAsync(HttpContext context, IDeadLetterDesk desk, CancellationToken cancellationToken)
    {
        var query = ApiQuery.Read(context);
        var reason = query.OneOf<DeadLetterReason>("reason");
        var limit = query.Limit(StandardLimit, MaxLimit);
        var before = query.Integer("before", 1, long.MaxValue);
        if (query.IsWrong(out var problem))
        {
            return problem;
        }

        var letters = await desk.ReadAsync(reason, before, limit, cancellationToken);
        return ApiResult.Data(context, new DeadLettersResponse
        {
            DeadLetters = [.. letters.Select(DeadLetterView.From)],
            Next = letters.Count == limit ? letters[^1].Id : null,
        });
    }

    private static async Task<IResult> FindAsync(
        [Description("The number of the letter.")] long id, HttpContext context, IDeadLetterDesk desk, CancellationToken cancellationToken) =>
        await desk.FindAsync(id, cancellationToken) is { } letter
            ? ApiResult.Data(context, DeadLetterView.From(letter))
            : Problems.NotFound($"there is no dead letter {id}", "GET /dead-letters lists those kept; old ones are dropped first.");

    private static async Task<IResult> ReplayAsync(HttpContext context, IDeadLetterDesk desk, CancellationToken cancellationToken)
    {
        var (body, problem) = await ApiBody.ReadAsync<DeadLetterReplayRequest>(context);
        if (body is null)
        {
            return problem!;
        }

        if (body.Ids is not { Count: > 0 and <= MaxReplay })
        {
            return Problems.Invalid("ids", $"expected 1 to {MaxReplay} numbers, found {body.Ids?.Count ?? 0}");
        }

        var replay = await desk.ReplayAsync([.. body.Ids.Distinct()], cancellationToken);
        return ApiResult.Data(context, new DeadLetterReplayResponse
        {
            Accepted = replay.Accepted,
            Duplicates = replay.Duplicates,
            Refused = replay.Refused.ToDictionary(pair => pair.Key.ToString(CultureInfo.InvariantCulture), pair => pair.Value),
        });
    }

    private static async Task<IResult> PurgeAsync(HttpContext context, IDeadLetterDesk desk, CancellationToken cancellationToken)
    {
        var query = ApiQuery.Read(context);
        var reason = query.OneOf<DeadLetterReason>("reason");
        var all = query.Flag("all");
        if (reason is null == !all)
        {
            query.Fail("reason", all ? "expected a reason or all=true, found both" : "expected a reason, or all=true to remove everything");
        }

        return query.IsWrong(out var problem)
            ? problem
            : ApiResult.Data(context, new DeadLetterPurgeResponse(await desk.PurgeAsync(reason, cancellationToken)));
    }
}
