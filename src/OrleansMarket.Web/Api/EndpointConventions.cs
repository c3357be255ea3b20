using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OrleansMarket.Web.Security;

namespace OrleansMarket.Web.Api;

/// <summary>What endpoints have in common, said in one line each.</summary>
internal static class EndpointConventions
{
    /// <summary>Declares the query parameters; a query that does not fit is refused before the endpoint runs.</summary>
    public static RouteHandlerBuilder WithQuery(this RouteHandlerBuilder builder, params QueryParameter[] parameters)
    {
        if (parameters.Length > 0)
        {
            builder.Produces<ApiProblem>(StatusCodes.Status400BadRequest, Problems.ContentType);
        }

        return builder.WithMetadata(new QuerySpec(parameters));
    }

    /// <summary>Names and describes the operation.</summary>
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder builder, string name, string tag, string summary, string description) =>
        builder.WithName(name).WithTags(tag).WithSummary(summary).WithDescription(description);

    /// <summary>Shows an answer in the documentation.</summary>
    public static RouteHandlerBuilder WithResponseExample(this RouteHandlerBuilder builder, object example, int status = StatusCodes.Status200OK) =>
        builder.WithMetadata(new ResponseExample(status, example));

    /// <summary>Shows a body in the documentation.</summary>
    public static RouteHandlerBuilder WithRequestExample(this RouteHandlerBuilder builder, object example) =>
        builder.WithMetadata(new RequestExample(example));

    /// <summary>Declares that the answer may be a problem of the given statuses.</summary>
    public static RouteHandlerBuilder MayFail(this RouteHandlerBuilder builder, params int[] statuses)
    {
        foreach (var status in statuses)
        {
            builder.Produces<ApiProblem>(status, Problems.ContentType);
        }

        return builder;
    }

    /// <summary>Lets only holders of the API key in: everything that changes state.</summary>
    public static RouteHandlerBuilder RequireKey(this RouteHandlerBuilder builder) => builder
        .WithMetadata(KeyRequired.Instance)
        .AddEndpointFilter(KeyFilter.InvokeAsync)
        .MayFail(StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden);
}

/// <summary>Endpoint metadata: an answer for the documentation.</summary>
internal sealed record ResponseExample(int Status, object Value);

/// <summary>Endpoint metadata: a body for the documentation.</summary>
internal sealed record RequestExample(object Value);
