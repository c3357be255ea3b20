using System.Security.Cryptography;

namespace OrleansMarket.Feeds.Replay;

/// <summary>Verifies a download against the <c>.CHECKSUM</c> file beside it (<c>&lt;sha256&gt;  &lt;name&gt;</c>, as <c>sha256sum -c</c> reads it).</summary>
internal static class TapeChecksum
{
    private const int HexDigits = SHA256.HashSizeInBytes * 2;

    /// <summary>Does nothing when there is no checksum beside the file.</summary>
    /// <exception cref="TapeException">The checksum differs or cannot be read.</exception>
    public static void Verify(string path)
    {
        var checksumPath = path + ".CHECKSUM";
        if (!File.Exists(checksumPath))
        {
            return;
        }

        try
        {
            var words = File.ReadAllText(checksumPath).Split([' ', '\t', '\r', '\n'], 2, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0].Length != HexDigits || !words[0].All(char.IsAsciiHexDigit))
            {
                throw new TapeException(checksumPath, 1, $"expected a SHA-256 of {HexDigits} hexadecimal digits and a file name", "download the checksum again, or remove it to read the file unchecked");
            }

            using var file = TapeContent.OpenFile(path);
            var actual = Convert.ToHexStringLower(SHA256.HashData(file));
            if (!actual.Equals(words[0], StringComparison.OrdinalIgnoreCase))
            {
                throw new TapeException(path, null,
                    $"expected SHA-256 {words[0][..12]}… as in {Path.GetFileName(checksumPath)}, found {actual[..12]}…",
                    "download both files again (the exchange sometimes replaces them)");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw TapeContent.Unreadable(checksumPath, null, e);
        }
    }
}
