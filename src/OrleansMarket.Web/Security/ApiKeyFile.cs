using System.Buffers.Text;
using System.Security.Cryptography;

namespace OrleansMarket.Web.Security;

/// <summary>The file that holds the API key, readable by its owner only. Made on the first start.</summary>
public static class ApiKeyFile
{
    /// <summary>The file's name inside the data folder.</summary>
    public const string FileName = "api-key";

    /// <summary>The shortest key accepted, in characters.</summary>
    public const int MinLength = 16;

    private const int KeyBytes = 32;

    /// <summary>Reads the key, making file and folder when they are not there; safe when several processes start at once.</summary>
    /// <returns>The key and whether it was made just now.</returns>
    /// <exception cref="InvalidDataException">The file holds no usable key; the message names file and remedy, never the content.</exception>
    public static (string Key, bool Created) ReadOrCreate(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        var created = !File.Exists(path) && TryCreate(path, folder);
        Protect(path);
        return (Read(path), created);
    }

    /// <summary>Reads a key that others keep, a mounted secret say; its rights are theirs to set.</summary>
    /// <exception cref="InvalidDataException">The file is missing or holds no usable key.</exception>
    public static string Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"expected the API key in {path}, found no such file; make it, or remove the setting API_KEY_FILE to have a key made");
        }

        var key = File.ReadAllText(path).Trim();
        return key.Length >= MinLength && key.All(c => c is > ' ' and <= '~')
            ? key
            : throw new InvalidDataException($"expected an API key of at least {MinLength} printable characters in {path}, found {key.Length}; delete the file to have a new key made");
    }

    // A finished file is linked into place, so that nobody ever reads half a key; the first process wins.
    private static bool TryCreate(string path, string folder)
    {
        var draft = Path.Combine(folder, $".{FileName}.{Guid.NewGuid():N}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(draft, options))
        {
            stream.Write(System.Text.Encoding.ASCII.GetBytes(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(KeyBytes)) + "\n"));
            stream.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(draft, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
            return false;
        }
    }

    private static void Protect(string path)
    {
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & others) != 0)
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
