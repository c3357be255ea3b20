using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using OrleansMarket.Domain;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Web.Json;

namespace OrleansMarket.Web.OpenApi;

/// <summary>Describes the types whose JSON is written by converters of ours, which the generator cannot look into.</summary>
internal sealed class WireSchemaTransformer : IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var declared = context.JsonTypeInfo.Type;
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        var nullable = type != declared || schema.Type?.HasFlag(JsonSchemaType.Null) == true ? JsonSchemaType.Null : 0;
        if (type == typeof(Symbol))
        {
            schema.Type = JsonSchemaType.String | nullable;
            schema.MinLength = 1;
            schema.MaxLength = Symbol.MaxLength;
            schema.Description ??= "A pair, upper case.";
            schema.Examples = [JsonValue.Create("BTCUSDT")];
        }
        else if (type == typeof(CandleFlags))
        {
            schema.Type = JsonSchemaType.Array;
            schema.Items = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. CandleFlagsJsonConverter.Names.Select(name => (JsonNode)JsonValue.Create(name))] };
        }
        else if (type == typeof(Figure))
        {
            DescribeFigure(schema);
        }
        else if (type == typeof(IReadOnlyDictionary<string, Figure>))
        {
            var figure = new OpenApiSchema();
            DescribeFigure(figure);
            schema.AdditionalProperties = figure;
        }
        else if (type == typeof(IReadOnlyDictionary<string, string>) && context.JsonPropertyInfo?.AttributeProvider is PropertyInfo property)
        {
            var mayBeNull = new NullabilityInfoContext().Create(property).GenericTypeArguments[1].ReadState == NullabilityState.Nullable;
            schema.AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.String | (mayBeNull ? JsonSchemaType.Null : 0) };
        }
        else if (type == typeof(UsdRate))
        {
            DescribeRate(schema);
        }
        else if (type.IsEnum)
        {
            schema.Type = JsonSchemaType.String | nullable;
            schema.Enum = [.. NamesOf(type).Select(name => (JsonNode)JsonValue.Create(name))];
        }
        else if (type == typeof(DateTimeOffset))
        {
            schema.Type = JsonSchemaType.String | nullable;
            schema.Format = "date-time";
        }
        else if (type == typeof(double))
        {
            schema.Type = JsonSchemaType.Number | nullable;
            schema.Format = "double";
        }
        else if (type == typeof(decimal))
        {
            schema.Type = JsonSchemaType.Number | nullable;
            schema.Format = "decimal";
        }

        return Task.CompletedTask;
    }

    private static void DescribeFigure(OpenApiSchema schema)
    {
        schema.Type = JsonSchemaType.Object;
        schema.Description = "A statistic, or the reason why there is none.";
        schema.Required = new HashSet<string> { "value", "status", "samples" };
        schema.Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["value"] = new OpenApiSchema { Type = JsonSchemaType.Number | JsonSchemaType.Null, Format = "double", Description = "The value; null unless the status is ok." },
            ["status"] = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Description = "Whether the value stands, and if not, why.",
                Enum = [.. WireName.All<FigureStatus>().Select(name => (JsonNode)JsonValue.Create(name))],
            },
            ["samples"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32", Description = "How many observations it rests on." },
        };
    }

    private static void DescribeRate(OpenApiSchema schema)
    {
        schema.Type = JsonSchemaType.Object;
        schema.Description = "A quote asset's value in USD.";
        schema.Required = new HashSet<string> { "asset", "rate", "time", "source" };
        schema.Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["asset"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "The quote asset (USDT)." },
            ["rate"] = new OpenApiSchema { Type = JsonSchemaType.Number, Format = "double", Description = "USD per unit." },
            ["time"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time", Description = "When it held." },
            ["source"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Where it comes from; `assumed` for a stablecoin taken as 1." },
        };
    }

    private static IEnumerable<string> NamesOf(Type type) => Enum.GetNames(type).Select(WireName.FromPascal);
}
