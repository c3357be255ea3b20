using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace OrleansMarket.Web.Page;

/// <summary>The page's files: embedded in the library, compressed once, told apart by ETag.</summary>
internal sealed class PageFiles
{
    private const string Prefix = "wwwroot/";

    private static readonly FrozenDictionary<string, string> ContentTypes = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".mjs"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".webmanifest"] = "application/manifest+json",
        [".txt"] = "text/plain; charset=utf-8",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly FrozenDictionary<string, Lazy<PageFile>> _files;
    private readonly string? _directory;

    public PageFiles(IOptions<MarketWebOptions> options)
    {
        _directory = options.Value.PageDirectory;
        var assembly = typeof(PageFiles).Assembly;
        _files = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(
                name => name[Prefix.Length..],
                name => new Lazy<PageFile>(() => Load(name[Prefix.Length..], Read(assembly.GetManifestResourceStream(name)!))),
                StringComparer.Ordinal);
    }

    /// <summary>Gets the paths of all files.</summary>
    public IEnumerable<string> Paths => _files.Keys;

    /// <summary>Answers with a file, from the directory given by the options when there is one.</summary>
    public IResult Serve(string path) => _directory is { Length: > 0 } directory && File.Exists(Path.Combine(directory, path))
        ? Load(path, File.ReadAllBytes(Path.Combine(directory, path)))
        : _files[path].Value;

    private static PageFile Load(string path, byte[] content) => new(
        content, Compress(content, stream => new BrotliStream(stream, CompressionLevel.Optimal)),
        Compress(content, stream => new GZipStream(stream, CompressionLevel.Optimal)),
        ContentTypes.GetValueOrDefault(Path.GetExtension(path), "application/octet-stream"),
        $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 12))}\"");

    private static byte[] Read(Stream stream)
    {
        using var source = stream;
        using var target = new MemoryStream();
        source.CopyTo(target);
        return target.ToArray();
    }

    private static byte[] Compress(byte[] content, Func<Stream, Stream> open)
    {
        using var target = new MemoryStream();
        using (var compressor = open(target))
        {
            compressor.Write(content);
        }

        return target.ToArray();
    }

    private sealed class PageFile(byte[] content, byte[] brotli, byte[] gzip, string contentType, string tag) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var (request, response) = (httpContext.Request, httpContext.Response);
            response.Headers.CacheControl = "no-cache";
            response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
            var accepted = request.Headers.AcceptEncoding.ToString();
            var (body, encoding) = accepted.Contains("br", StringComparison.OrdinalIgnoreCase) ? (brotli, "br")
                : accepted.Contains("gzip", StringComparison.OrdinalIgnoreCase) ? (gzip, "gzip")
                : (content, null);
            var etag = encoding is null ? tag : $"{tag[..^1]}-{encoding}\"";
            response.Headers.ETag = etag;
            if (request.Headers.IfNoneMatch.Any(value => value?.Contains(etag, StringComparison.Ordinal) == true))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }

            response.ContentType = contentType;
            response.ContentLength = body.Length;
            if (encoding is not null)
            {
                response.Headers.ContentEncoding = encoding;
            }

            await response.Body.WriteAsync(body, httpContext.RequestAborted);
        }
    }
}
