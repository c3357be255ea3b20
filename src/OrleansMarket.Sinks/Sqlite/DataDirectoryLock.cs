using System.Globalization;

namespace OrleansMarket.Sinks.Sqlite;

/// <summary>Holds a data directory for one process. The system lets go of it when the process ends, however it ends.</summary>
public sealed class DataDirectoryLock : IDisposable
{
    /// <summary>The lock file's name.</summary>
    public const string FileName = "market.lock";

    // Beside the lock, because nobody else can read a locked file.
    private const string HolderFileName = "market.pid";

    private readonly FileStream _file;
    private readonly string _holder;

    private DataDirectoryLock(FileStream file, string holder)
    {
        _file = file;
        _holder = holder;
    }

    /// <summary>Creates the directory where needed and takes it.</summary>
    /// <exception cref="StorageException">Another process has it, or it cannot be written.</exception>
    public static DataDirectoryLock Acquire(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StorageErrors.Translate(e, directory);
        }

        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw StorageErrors.NoAccess(directory, e);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
        {
            throw new StorageException(
                StorageProblem.InUse, $"'{directory}' is in use by another process{ReadHolder(directory)}: stop it, or choose another directory with --data", e);
        }
        catch (IOException e)
        {
            throw StorageErrors.NoAccess(directory, e);
        }

        var holder = Path.Combine(directory, HolderFileName);
        try
        {
            File.WriteAllText(holder, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file.Dispose();
            throw StorageErrors.Translate(e, holder);
        }

        return new DataDirectoryLock(file, holder);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            File.Delete(_holder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It only names us to people; the lock is what counts.
        }

        _file.Dispose();
    }

    private static string ReadHolder(string directory)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(directory, HolderFileName));
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var process) ? $" ({process})" : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
