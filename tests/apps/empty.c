/* A shared object that is no application. */
int empty(void);

__attribute__((visibility("default"))) int empty(void)
{
	return 0;
}
