using Microsoft.Extensions.Configuration;

namespace OrleansMarket.Web.Security;

/// <summary>
/// Settings from a folder of files, as containers mount their secrets: the file's name is the setting (<c>__</c> for each colon), its
/// content the value. Such a secret is in no environment that a process list or a crash report could show.
/// </summary>
public static class SecretFiles
{
    /// <summary>The setting that names the folder.</summary>
    public const string DirectorySetting = "SECRETS_DIR";

    /// <summary>Adds the files of the folder that <see cref="DirectorySetting"/> names, if it names one. They win over what was added before.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static void AddSecretFiles(this IConfigurationManager configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (configuration[DirectorySetting] is not { Length: > 0 } folder)
        {
            return;
        }

        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"{DirectorySetting}: expected a folder of secret files, found none at '{Path.GetFullPath(folder)}'");
        }

        configuration.AddKeyPerFile(Path.GetFullPath(folder));
    }
}
