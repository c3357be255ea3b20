using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using OrleansMarket.Web.Api;
using OrleansMarket.Web.Json;
using OrleansMarket.Web.Security;

namespace OrleansMarket.Web.OpenApi;

/// <summary>Adds what endpoints declare in metadata: query parameters, examples, the need for a key; and the problems that any request may meet.</summary>
internal sealed class OperationTransformer : IOpenApiOperationTransformer
{
    public const string HeaderScheme = "apiKey";
    public const string BearerScheme = "bearer";
    public const string SessionScheme = "session";

    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var responses = operation.Responses ??= [];
        AddParameters(operation, metadata);
        if (metadata.OfType<KeyRequired>().Any())
        {
            operation.Security = [Requirement(HeaderScheme, context), Requirement(BearerScheme, context), Requirement(SessionScheme, context)];
        }

        AddExamples(operation, responses, metadata);
        context.Document?.AddComponent("ApiProblem", await context.GetOrCreateSchemaAsync(typeof(ApiProblem), null, cancellationToken));
        responses.TryAdd("429", Problem("Too many requests; Retry-After says how long to wait.", context));
        responses.TryAdd("500", Problem("A fault of ours; the trace id leads to the log.", context));
        foreach (var (status, response) in responses)
        {
            if (string.IsNullOrEmpty(response.Description) || response.Description is "OK" or "Bad Request" or "Not Found" or "Unauthorized" or "Forbidden")
            {
                response.Description = DescriptionOf(status);
            }
        }
    }

    private static void AddParameters(OpenApiOperation operation, IEnumerable<object> metadata)
    {
        foreach (var parameter in metadata.OfType<QuerySpec>().SelectMany(spec => spec.Parameters))
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = parameter.Name,
                In = ParameterLocation.Query,
                Description = parameter.Description,
                Required = parameter.Required,
                Schema = parameter.Schema,
                Example = parameter.Example is null ? null : ExampleOf(parameter),
            });
        }
    }

    private static void AddExamples(OpenApiOperation operation, OpenApiResponses responses, IList<object> metadata)
    {
        if (metadata.OfType<RequestExample>().FirstOrDefault() is { } request)
        {
            foreach (var media in operation.RequestBody?.Content?.Values ?? [])
            {
                media.Example = WithoutNulls(JsonSerializer.SerializeToNode(request.Value, MarketJson.Options));
            }
        }

        if (responses.TryGetValue("400", out var bad) && bad.Content?.TryGetValue(Problems.ContentType, out var problem) == true)
        {
            problem.Example = JsonSerializer.SerializeToNode(ResponseExamples.Problem, MarketJson.Options);
        }

        foreach (var response in metadata.OfType<ResponseExample>())
        {
            foreach (var media in responses[$"{response.Status}"].Content?.Values ?? [])
            {
                media.Example = JsonSerializer.SerializeToNode(response.Value, MarketJson.Options);
            }
        }
    }

    private static OpenApiResponse Problem(string description, OpenApiOperationTransformerContext context) => new()
    {
        Description = description,
        Content = new Dictionary<string, OpenApiMediaType> { [Problems.ContentType] = new OpenApiMediaType { Schema = new OpenApiSchemaReference("ApiProblem", context.Document) } },
    };

    private static JsonNode? ExampleOf(QueryParameter parameter) => parameter.Schema.Type switch
    {
        JsonSchemaType.Integer or JsonSchemaType.Number or JsonSchemaType.Boolean => JsonNode.Parse(parameter.Example!),
        _ => JsonValue.Create(parameter.Example),
    };

    private static OpenApiSecurityRequirement Requirement(string scheme, OpenApiOperationTransformerContext context) =>
        new() { [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [] };

    private static JsonNode? WithoutNulls(JsonNode? node)
    {
        if (node is JsonObject fields)
        {
            foreach (var name in fields.Where(field => field.Value is null).Select(field => field.Key).ToList())
            {
                fields.Remove(name);
            }
        }

        return node;
    }

    private static string DescriptionOf(string status) => status switch
    {
        "200" => "The answer.",
        "201" => "It is stored.",
        "204" => "It is done.",
        "400" => "The request is not valid; `errors` says which field and what was expected.",
        "401" => "The API key is missing or wrong.",
        "403" => "The session does not count for requests from elsewhere.",
        "404" => "There is no such thing; `detail` says what was expected.",
        "413" => "The body is too large.",
        "415" => "The body is not JSON.",
        "503" => "It cannot be served now.",
        _ => "See the problem.",
    };
}
