using Microsoft.Data.Sqlite;

namespace OrleansMarket.Sinks.Sqlite;

/// <summary>Turns what SQLite and the file system say into one line for people.</summary>
internal static class StorageErrors
{
    // Primary result codes; source: https://sqlite.org/rescode.html
    private const int Perm = 3;
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int IoError = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CantOpen = 14;
    private const int NotADatabase = 26;

    /// <summary>Translates; what is not about storage comes back unchanged.</summary>
    public static Exception Translate(Exception exception, string path) => exception switch
    {
        SqliteException sqlite => Translate(sqlite, path),
        UnauthorizedAccessException => NoAccess(path, exception),
        StorageException => exception,
        IOException => new StorageException(StorageProblem.NoAccess, $"cannot use '{path}': {FirstLine(exception.Message)}; choose another directory with --data", exception),
        _ => exception,
    };

    public static StorageException NoAccess(string path, Exception cause) => new(
        StorageProblem.NoAccess, $"expected to write in '{path}', found no permission: change its owner or rights, or choose another directory with --data", cause);

    /// <summary>Tells whether the transaction as a whole is lost, not just one statement of it.</summary>
    public static bool EndsTransaction(Exception exception) =>
        exception is SqliteException { SqliteErrorCode: Full or IoError or Corrupt or NotADatabase or ReadOnly };

    private static StorageException Translate(SqliteException exception, string path) => exception.SqliteErrorCode switch
    {
        Full => new(StorageProblem.DiskFull, $"no space left for '{path}': free some, writing goes on by itself", exception),
        Corrupt or NotADatabase => new(
            StorageProblem.Damaged,
            $"'{path}' is damaged or no database ({FirstLine(exception.Message)}): move it and its -wal file away and start again; trades are repaired from the exchange", exception),
        Busy or Locked => new(StorageProblem.InUse, $"'{path}' is locked by another process: stop it, or choose another directory with --data", exception),
        Perm or ReadOnly or CantOpen => NoAccess(path, exception),
        IoError => new(StorageProblem.Other, $"reading or writing '{path}' failed ({FirstLine(exception.Message)}): check the disk", exception),
        _ => new(StorageProblem.Other, $"'{path}': {FirstLine(exception.Message)}", exception),
    };

    private static string FirstLine(string message) => message.ReplaceLineEndings(" ").Trim();
}
