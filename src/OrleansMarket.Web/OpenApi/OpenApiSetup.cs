using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using OrleansMarket.Web.Security;
using OrleansMarket.Web.Streaming;

namespace OrleansMarket.Web.OpenApi;

/// <summary>Describes the API at /openapi/v1.json and shows it at /docs.</summary>
internal static class OpenApiSetup
{
    private const string Document = "v1";

    public static void AddMarketOpenApi(this IServiceCollection services) => services.AddOpenApi(Document, options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddSchemaTransformer<WireSchemaTransformer>();
        options.AddOperationTransformer<OperationTransformer>();
        options.AddDocumentTransformer(async (document, context, cancellationToken) =>
        {
            Describe(document);
            foreach (var type in new[] { typeof(StreamHello), typeof(StreamHeartbeat), typeof(StreamEvent) })
            {
                document.AddComponent(type.Name, await context.GetOrCreateSchemaAsync(type, null, cancellationToken));
            }

            Descriptions.Tidy(document);
        });
    });

    public static void MapMarketOpenApi(this IEndpointRouteBuilder routes) => routes.MapOpenApi("/openapi/{documentName}.json");

    public static void UseMarketDocs(this IApplicationBuilder app) => app.UseSwaggerUI(options =>
    {
        options.RoutePrefix = "docs";
        options.DocumentTitle = "OrleansMarket API";
        options.SwaggerEndpoint($"/openapi/{Document}.json", "OrleansMarket API");
    });

    private static void Describe(OpenApiDocument document)
    {
        document.Info = new()
        {
            Title = "OrleansMarket API",
            Version = Document,
            Description =
                "Trades, candles, figures, whales and alerts of the followed symbols, and prices of assets from many sources. Reading is open; everything that changes state needs the API key " +
                "(`X-API-Key` or `Authorization: Bearer`).\n\n" +
                "Conventions: camel case (except /health and the lines of /api/quality); symbols and enums are text, enums in kebab case; times are ISO 8601 in UTC with microseconds, and requests may " +
                "also give an epoch in s, ms or µs; ranges include `from` and exclude `to`; decimals are numbers with all their digits, or text with `numbers=string`; " +
                "a figure that does not exist is null and says why. Unknown parameters are refused. Errors are RFC 9457 problems with `errors` by field and a `remedy`. " +
                "Every answer with prices names its `source`: live, simulated or a replay.",
            License = new() { Name = "MIT", Identifier = "MIT" },
        };
        document.Servers = [new() { Url = "/" }];
        document.Components ??= new();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [OperationTransformer.HeaderScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = KeyGate.Header,
                Description = "The API key; the server's log names the file that holds it.",
            },
            [OperationTransformer.BearerScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "The API key as a bearer token.",
            },
            [OperationTransformer.SessionScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Cookie,
                Name = KeyGate.Cookie,
                Description = "The page's session (POST /session).",
            },
        };
    }
}
